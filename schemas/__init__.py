"""The words everybody uses: records, tables and their dictionary."""
