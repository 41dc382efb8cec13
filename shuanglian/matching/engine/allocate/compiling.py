"""All kernels, in both widths, compiled into one file: ``python -m ….allocate.compiling STEM`` (for ``machine_code``).

numba translates each kernel into the language of LLVM. Here the kernel is called by an *entry* that takes the address
of a block of 64-bit words and makes up the kernel's arguments from it in place: arrays without copies, nothing of
Python. The entries of all kernels become one module, LLVM compiles it into an object, and a linker, if the machine has
one, makes a shared library of that.
"""

import ctypes
import functools
import importlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import llvmlite.binding as llvm
import numba
import numpy as np
from numba import types
from numba.core.cgutils import unpack_tuple
from numba.extending import intrinsic
from numba.np.arrayobj import make_array, populate_array

from shuanglian.matching.engine.allocate.jit import KERNELS, WIDTHS, Kernel, kind_of, parts_of
from shuanglian.matching.engine.allocate.machine_code import LINKED, LOOSE, PACKAGE, seal

USERS = ("solve", "several")  # all kernels come with these modules
BLOCK = types.CPointer(types.int64)
BARE = functools.partial(
    numba.njit, nogil=True, _nrt=False, error_model="numpy", no_cpython_wrapper=True, no_cfunc_wrapper=True
)
# What numba makes of a function takes two addresses more: for a result and for an error. Entries have neither.
OUTSIDE = """
declare i32 @"{inside}"(ptr, ptr, ptr)
define void @{name}(ptr %block) {{
  %result = alloca ptr
  %error = alloca ptr
  %status = call i32 @"{inside}"(ptr %result, ptr %error, ptr %block)
  ret void
}}
"""


def main(stem: Path) -> None:
    """Compile, link if possible, and put the finished file in its place at once."""
    for user in USERS:
        importlib.import_module(f"{PACKAGE}.{user}")
    with tempfile.TemporaryDirectory(dir=stem.parent, prefix=stem.name) as folder:
        loose = Path(folder) / f"made{LOOSE}"
        loose.write_bytes(compile_all(KERNELS))
        made = link(loose) or loose
        sealed = Path(folder) / "sealed"
        sealed.write_bytes(seal(made.read_bytes()))
        sealed.chmod(0o644)
        sealed.replace(stem.with_suffix(made.suffix))


def link(loose: Path) -> Path | None:
    """A shared library made of the object; None where there is no linker or what it made cannot be opened there."""
    linker = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if linker is None:
        return None
    linked = loose.with_suffix(LINKED)
    try:
        subprocess.run([linker, "-shared", "-s", "-o", linked, loose], check=True, capture_output=True)  # noqa: S603
        ctypes.CDLL(str(linked))
    except (OSError, subprocess.CalledProcessError):
        return None
    return linked


def compile_all(kernels: dict[str, Kernel]) -> bytes:
    """One object with an entry ``<kernel>_<width>`` for each kernel and width, and nothing else to be seen."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_default_triple().create_target_machine(
        llvm.get_host_cpu_name(),
        llvm.get_host_cpu_features().flatten(),
        opt=3,
        reloc="pic",
        codemodel="default",
    )
    for kernel in kernels.values():
        kernel.compiler = compile_bare
    whole = llvm.parse_assembly("")
    names = set()
    for name, kernel in kernels.items():
        for width in WIDTHS:
            names.add(f"{name}_{width}")
            whole.link_in(compile_entry(kernel, width, f"{name}_{width}"))
    _hide_all_but(names, whole, machine)
    return bytes(machine.emit_object(whole))


def compile_bare(kernel: Kernel) -> Any:
    """For the two widths and nothing else; whoever calls it with shorter numbers has them widened."""
    return BARE([argument_types(kernel, width) for width in WIDTHS])(kernel.function)


def compile_entry(kernel: Kernel, width: str, name: str) -> Any:
    """An LLVM module with a function ``name`` that takes the address of a block."""
    unpack = make_unpacker(types.Tuple(argument_types(kernel, width)))

    def run(block: Any) -> None:
        pack(block, kernel(*unpack(block)))

    entry = BARE(types.void(BLOCK))(run)
    inside = entry.overloads[BLOCK,].fndesc.llvm_func_name
    module = llvm.parse_assembly(entry.inspect_llvm((BLOCK,)))
    module.link_in(llvm.parse_assembly(OUTSIDE.format(name=name, inside=inside)))
    return module


def _hide_all_but(names: set[str], module: Any, machine: Any) -> None:
    """Keep only these functions visible, and drop whatever none of them uses."""
    for each in (*module.functions, *module.global_variables):
        if not each.is_declaration and each.name not in names:
            each.linkage = "internal"
    passes = llvm.create_new_module_pass_manager()
    passes.add_global_dead_code_eliminate_pass()
    passes.run(module, llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options()))


# ---- what a block holds ----


def argument_types(kernel: Kernel, width: str) -> tuple[Any, ...]:
    """What numba calls the arguments of a kernel."""
    return tuple(numba_type(each, width) for each in kernel.takes)


def numba_type(hint: Any, width: str) -> Any:
    """What numba calls an argument of this annotation. Raises TypeError for what no block can hold."""
    kind, parts = kind_of(hint), parts_of(hint)
    if kind is not None:
        return types.Array(numba.from_dtype(np.dtype(getattr(kind, width))), 1, "C")
    if parts:
        inside = [numba_type(part, width) for part in parts]
        return types.NamedTuple(inside, hint) if hasattr(hint, "_fields") else types.Tuple(inside)
    if hint is int:
        return types.int64
    raise TypeError(f"a kernel cannot take {hint}")


def make_unpacker(wanted: Any) -> Any:
    """A function for compiled code: from the address of a block to a tuple of arguments of the types wanted."""

    def unpack(_: Any, block: Any) -> Any:
        def generate(context: Any, builder: Any, _: Any, given: Any) -> Any:
            words = (builder.load(_word(context, builder, given[0], at)) for at in count())
            return _build(context, builder, wanted, words)

        return wanted(block), generate

    return intrinsic(unpack)


def _pack(_: Any, block: Any, results: Any) -> Any:
    """For compiled code: put the results into the first words of a block."""

    def generate(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        kinds, values = (results,), (given[1],)
        if isinstance(results, types.BaseTuple):
            kinds, values = results, unpack_tuple(builder, given[1])
        for at, (kind, value) in enumerate(zip(kinds, values, strict=True)):
            if kind != types.none:
                number = context.cast(builder, value, kind, types.int64)
                builder.store(number, _word(context, builder, given[0], at))
        return context.get_dummy_value()

    return types.void(block, results), generate


pack = intrinsic(_pack)


def _word(context: Any, builder: Any, block: Any, at: int) -> Any:
    return builder.gep(block, [context.get_constant(types.intp, at)])


def _build(context: Any, builder: Any, wanted: Any, words: Iterator[Any]) -> Any:
    if isinstance(wanted, types.BaseTuple):
        return context.make_tuple(builder, wanted, [_build(context, builder, part, words) for part in wanted])
    if not isinstance(wanted, types.Array):
        return next(words)
    item = context.get_data_type(wanted.dtype)
    size = context.get_constant(types.intp, context.get_abi_sizeof(item))
    start = builder.inttoptr(next(words), item.as_pointer())
    made = make_array(wanted)(context, builder)
    populate_array(made, data=start, shape=[next(words)], strides=[size], itemsize=size, meminfo=None)
    return made._getvalue()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
