"""The register (台账): one declaration of a noun gives its list, detail, form, moves, bulk moves, Excel out and in.

``declare`` says what a register is, ``columns`` and ``filters`` what it is made of, ``site`` which ones exist. Pages are
in ``pages``; workbooks are written by ``sheet`` and read by ``workbook``, ``messy`` and ``plan``.
"""
