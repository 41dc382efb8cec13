"""Paper: Word files in the plain layout of official lists (GB/T 9704 sizes: 仿宋 3号 body, 标题 2号, A4)."""

from shuanglian.core.papers.word import letter_document, table_document

__all__ = ["letter_document", "table_document"]
