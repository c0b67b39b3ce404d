"""All labs on one page of its own, without code: `psn-viz app` serves it with Voila.

The command and its errors are in `command`, the server in `server`, what is on the page without a kernel in
`gallery` and `index.html.j2`, and what the kernel behind an open page does in `page_kernel`.
"""
