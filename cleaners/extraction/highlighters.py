"""What highlighters, editors and sites call the parts of code: its container, its lines, gutters, bars and buttons."""

from __future__ import annotations

import re

from cleaners.text import lexicon

GUTTER = re.compile(
    r"gutter|(?:hljs-)?line[-_]?numbers?(?:-rows|-wrapper|-block)?|(?:source-?)?lineno|linenos|linenodiv|line-?nums?|linenr|ace_gutter|pre-numbering|hljs-ln-(?:numbers|n|line-numbers)"
    r"|lnt|ln|rouge-gutter|blob-num(?:-.*)?|crayon-nums?|crayon-num|(?:.*-)?line-index|number-?lines?|CodeMirror-(?:gutter.*|linenumber)"
    r"|(?:code-|hljs-)?copy(?:-.*|btn|button)?|.*-copy(?:-button|btn)?|copy.*button|.*toolbar|hljs-button|opt-box|signin|code-?lang|lang(?:-name|-label)?"
    r"|language-(?:name|label)|crayon-(?:toolbar|plain|plain-wrap|info)|enlighter-(?:toolbar|origin|raw)|bar|code-(?:block-)?(?:[a-z]+-)?header|(?:code|snippet|hljs|highlight|pre)(?:-?block)?[-_]*(?:header|title-?bar|head|tools?)|clipboard.*|fold-?btn|"
    r"hide-preCode-box|cm-gutters|margin|react-code-line-number.*|twoslash-popup.*|hover-info|.*buttons?",
    re.I,
)
KEPT_NAME = re.compile(r"line-numbers|linenums|number-?lines?|linenos|lang", re.I)  # of a container, not of its gutter
LINE_SPAN = re.compile(r"(?:^|\s)(?:line|token-line|cm-line|CodeMirror-line|view-line|ace_line|code-line)(?:\s|$)")
EDITED_LINE = re.compile(  # of an element that is a line of code wherever it stands
    r"(?:^|\s)(?:token-line|cm-line|CodeMirror-line|view-line|ace_line(?:_group)?|code-line|crayon-line|ec-line|ql-code-block)(?:\s|$)"
)
NUMBERED = re.compile(r"(?:^|\s)(?:lineno|linenos|line-?number)(?:\s|$)")  # the number in a line
CONTAINER = re.compile(
    r"(?:^|\s)(?:syntaxhighlighter|dp-highlighter|blockcode|crayon-main|crayon-syntax|CodeMirror|cm-editor|enlighter-default|enlighter-code|hljs-ln|monaco-editor|ace_editor|ql-code-block-container|mw-geshi"
    r"|highlighttable|rouge-table|lntable|js-file-line-container|blob-wrapper|linenodiv-table|ace-code|code-block-content)(?:\s|$)"
)
TABLE = re.compile(
    r"(?:^|\s)(?:highlighttable|rouge-table|lntable|hljs-ln|crayon-table|js-file-line-container)(?:\s|$)"
)
GUTTER_CELL = re.compile(
    r"(?:^|\s)(?:gutter|linenos?|line[-_]numbers?|hljs-ln-numbers"
    r"|rouge-gutter|blob-num|crayon-nums|lntd)(?:\s|$)"
)
TOKEN = re.compile(r"(?:^|\s)(?:token|hljs-\w+|number|num|m|mi|mf|mh|mo|il|constant)(?:\s|$)")  # a number of the code
NUMBER_STYLE = re.compile(r"color:\s*(?:#008080|rgba?\(0,\s*128,\s*128[,)]|teal)", re.I)
LABEL, BUTTON = map(lexicon("extraction.toml").matcher, ("beside-code", "code-button"))
NAMED = re.compile(  # docutils, Asciidoctor, DocBook, Org
    r"(?:^|[\s_-])(?:code|codehilite|highlight|hljs|hl|literal-?block|listing-?block|programlisting|screen|src|example|terminal|md-fences)(?=[\s_-]|$)"
    r"|prettyprint|syntax|brush"
)
BAR = re.compile(
    r"(?:^|[\s_-])(?:code-?header|code-?block-?(?:header|language|toolbar|lang)|code-?lang(?:uage)?)(?:\s|$)", re.I
)
WRAPS = re.compile(
    r"(?:^|[\s_-])(?:language|lang|highlight|code|snippet|prism|hljs|codebox|pre|shiki|source|codehilite)(?=[\s_-]|$)|[a-z]Code|codeB",
    re.I,
)
MAY_BE = re.compile(r"(?:^|[\s_-])(?:hl|example)(?=[\s_-]|$)")  # of an element that may be code by what is in it
DRESSED = re.compile(  # of an element around a token of code, as highlighters and editors name it
    r"hljs-[a-z_]+|token|mtk\d+|pl-[a-z]\d?|cm-[a-z]+|tok-[a-z]+|hl-(?:reserved|brackets|identifier|quotes|string|number|comment|var|code|builtin|types|special|inlinetags|inlinedoc)"
    r"|kw\d|st\d|br\d|sy\d|co\d|nu\d|re\d|me\d|crayon-[a-z]|enlighter-[a-z]\d"
)
LANGUAGE_LABEL = re.compile(  # of an element that tells readers the language
    r"(?:^|[\s_-])(?:code-?)?(?:lang|language|mode-?name)(?:-(?:name|label|text))?(?:\s|$)", re.I
)
LISTING = re.compile(r"(?:^|\s)(?:code|example_?code|code[-_]?(?:block|box))(?:\s|$)")  # of a box that may hold code
LIST = re.compile(r"(?:^|\s)(?:dp-\w+|linenums|hljs-ln)(?:\s|$)")  # of a list that is code
FONT = re.compile(r"font-family:[^;]{0,200}(?:Consolas|monospace|Menlo|Monaco|Courier)", re.I)
UNWRAPPED = re.compile(r"white-space:\s*pre", re.I)  # both in the style of a box: what an editor of code copies
