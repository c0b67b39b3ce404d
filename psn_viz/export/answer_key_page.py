"""The answer key as one HTML file: needs no network, prints without a colour, folds nothing."""

from __future__ import annotations

import html
import re

from psn_viz.course.formulas import formula
from psn_viz.export.notebook_error import NotebookError
from psn_viz.files import asset


def answer_key_page(markdown: str) -> str:
    """The page for the Markdown of `answer_key`. Raises NotebookError where nbconvert is missing."""
    body, contents = _rendered(markdown)
    style = asset("psn_viz.export.pages", "answer_key.css")
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>Answer key of psn_viz</title><link rel="icon" href="data:,"><style>{style}</style></head>\n'
        f'<body><nav aria-label="Lessons">{contents}</nav>\n<main>{body}</main></body></html>\n'
    )


def _rendered(markdown: str) -> tuple[str, str]:
    """The page's HTML and its list of lessons."""
    try:
        from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
    except ImportError as error:
        raise NotebookError('the page needs nbconvert: pip install -c constraints.txt -e ".[lab]"') from error
    entries: list[str] = []

    class Renderer(IPythonRenderer):
        """Formulas as MathML; headings of lessons with ids; code without colours, for paper."""

        def block_math(self, body):
            return f"<p>{formula(body, 'block')}</p>"

        def inline_math(self, body):
            return formula(body, "inline")

        def heading(self, text, level, **attributes):
            if level != 2:
                return f"<h{level}>{text}</h{level}>\n"
            own = f"part-{len(entries) + 1}"
            entries.append(f'<li><a href="#{own}">{text}</a></li>')
            return f'<h2 id="{own}">{text}</h2>\n'

        def block_code(self, code, info=None):
            return f"<pre tabindex='0'><code>{html.escape(code)}</code></pre>\n"

        def table(self, text):
            return f'<div class="scroll" tabindex="0"><table>{text}</table></div>\n'

    body = MarkdownWithMath(renderer=Renderer(escape=False)).render(markdown)
    return re.sub(r"(?s)<!--.*?-->", "", body), f"<ol>{''.join(entries)}</ol>"
