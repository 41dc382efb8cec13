"""What went wrong with the built-in PostgreSQL, in sentences for the person at the keyboard."""

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path


class EmbeddedError(RuntimeError):
    """The built-in PostgreSQL cannot be had; the text says why and what to do, in Chinese and English."""


DISK_FULL = "磁盘已满，请腾出空间后再试。The disk is full; free some space and try again."


def explain(log: str) -> str:
    """The sentence for what PostgreSQL's programs wrote before they gave up."""
    if "No space left on device" in log:
        return DISK_FULL
    lines = [line for line in log.splitlines() if "FATAL" in line or "PANIC" in line or "error:" in line]
    last = (lines or log.splitlines() or ["?"])[-1]
    return f"内置数据库无法启动。The built-in PostgreSQL does not start: {last}"


@contextlib.contextmanager
def plain_errors(folder: Path) -> Iterator[None]:
    """Turn the operating system's refusals about ``folder`` into sentences."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise EmbeddedError(DISK_FULL) from error
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise EmbeddedError(
                f"文件夹 {folder} 不可写，请检查权限，或用 SHUANGLIAN_VAR 换一个文件夹。"
                f"Cannot write to {error.filename or folder}; check its permissions or set SHUANGLIAN_VAR."
            ) from error
        raise EmbeddedError(
            f"内置数据库的文件夹 {folder} 有问题：{error}。The folder of the built-in PostgreSQL has a problem."
        ) from error
