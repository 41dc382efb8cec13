"""A sheet comes in: opened, read, found, compared, kept, written, taken back.

In this order: ``workbook`` opens the file by a process of its own (``reader``: ``shown``, ``cutting``, ``marks``, ``records``);
``table`` finds the ledger in it (``headings``, ``rows``, ``chapters``); ``said`` is what somebody told about it by hand;
``cells`` reads, ``plan`` compares (``line``, ``matching``); ``staging`` keeps what was read until it is written (``intake``,
``ground``); ``writing`` and ``undoing`` change the ledger. Who may do what when: ``core.actions.imports``.
"""
