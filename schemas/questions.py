"""Ten questions that analysts ask, each as one query in DuckDB's SQL; OUT is the dataset's folder.

The views first: the newest version of each page, and under `all_...` every night. A test runs each on a dataset of the
packaged samples and holds the answer against one that was found without SQL.
"""

from __future__ import annotations

from collections.abc import Mapping

VIEWS_SQL = """\
CREATE VIEW all_pages AS FROM read_parquet('OUT/pages/**/*.parquet', union_by_name = true);
CREATE VIEW all_documents AS FROM read_parquet('OUT/documents/**/*.parquet', union_by_name = true);
CREATE VIEW duplicates AS FROM read_parquet('OUT/duplicates/**/*.parquet', union_by_name = true);
CREATE VIEW newest AS
    SELECT page_id, max_by(documents_run, run_id) AS run_id FROM all_pages GROUP BY page_id;
CREATE VIEW documents AS
    SELECT d.* FROM all_documents AS d JOIN newest USING (page_id, run_id);
CREATE VIEW sections AS
    SELECT s.* FROM read_parquet('OUT/sections/**/*.parquet', union_by_name = true) AS s
    JOIN newest USING (page_id, run_id);
CREATE VIEW edits AS
    SELECT e.* FROM read_parquet('OUT/edits/**/*.parquet', union_by_name = true) AS e
    JOIN newest USING (page_id, run_id);
"""

QUESTIONS: Mapping[str, str] = {
    "Documents by source and month": """\
SELECT coalesce(source, host, source_name) AS said_by, strftime(published_on, '%Y-%m') AS month,
       count(*) AS documents, sum(char_count) AS characters
FROM documents
GROUP BY ALL
ORDER BY said_by, month
""",
    "Sections by heading": """\
SELECT heading, count(DISTINCT document_id) AS documents, list(text ORDER BY document_id, ordinal) AS texts
FROM sections
WHERE level > 0
GROUP BY heading
ORDER BY documents DESC, heading
""",
    "Pages that were damaged, and what was done about it": """\
SELECT url, flags, [r.rule FOR r IN repairs] AS repaired, encoding
FROM documents
JOIN (SELECT page_id, max_by(encoding, run_id) AS encoding FROM all_pages GROUP BY page_id) USING (page_id)
WHERE list_contains(flags, 'damaged') OR len(repairs) > 0
ORDER BY url
""",
    "What was removed from a page": """\
SELECT step, rule, before, count, certainty
FROM edits
WHERE page_id IN (SELECT page_id FROM all_pages WHERE url = 'file:news-orchard.html') AND before <> '' AND after = ''
ORDER BY seq
""",
    "Each text once": """\
SELECT d.*
FROM documents AS d
LEFT JOIN duplicates AS u ON u.document_id = d.id AND u.run_id = d.run_id
QUALIFY row_number() OVER (
    PARTITION BY coalesce(u.duplicate_of, d.version_of, d.id)
    ORDER BY u.duplicate_of IS NOT NULL OR d.version_of IS NOT NULL, d.run_id, d.id
) = 1
""",
    "A corpus of them in one file": """\
COPY (
    SELECT id, url, title, text, published, language_script
    FROM documents
    WHERE duplicate_of IS NULL AND version_of IS NULL AND char_count >= 50
    ORDER BY id
) TO 'OUT/../corpus.parquet' (FORMAT parquet, COMPRESSION zstd)
""",
    "What FineWeb2 would keep, without spam, of pages that were kept whole": """\
SELECT id, url, title, text
FROM documents
WHERE len(failed_rules) = 0 AND spam_score < 0.3 AND NOT list_contains(flags, 'partial')
ORDER BY id
""",
    "Two nights compared": """\
WITH said AS (
    SELECT page_id, run_id, list((title, text_sha256) ORDER BY ordinal) AS said FROM all_documents GROUP BY ALL
), before AS (
    SELECT page_id, max_by(documents_run, run_id) AS run_id FROM all_pages WHERE dt <= '2026-03-01' GROUP BY page_id
), after AS (
    SELECT page_id, max_by(documents_run, run_id) AS run_id FROM all_pages WHERE dt <= '2026-03-02' GROUP BY page_id
)
SELECT CASE WHEN b.said IS NULL THEN 'came' WHEN a.said IS NULL THEN 'went'
            WHEN a.said <> b.said THEN 'changed' ELSE 'same' END AS what, count(*) AS pages
FROM (SELECT page_id, said FROM said JOIN before USING (page_id, run_id)) AS b
FULL JOIN (SELECT page_id, said FROM said JOIN after USING (page_id, run_id)) AS a USING (page_id)
GROUP BY what
ORDER BY what
""",
    "The newest version of each page": """\
SELECT d.*
FROM all_documents AS d
JOIN (SELECT page_id, max_by(documents_run, run_id) AS run_id FROM all_pages GROUP BY page_id) USING (page_id, run_id)
""",
    "Documents by the script that they were in": """\
SELECT original_script, language_script, count(*) AS documents
FROM documents
GROUP BY ALL
ORDER BY documents DESC, original_script
""",
}
