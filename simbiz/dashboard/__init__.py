"""The page for classrooms: two worlds side by side that are played, changed and played again in a browser.

What the page shows is computed in modules that know nothing of browsers; `page` and the modules named `*_view` and
`panels` draw it with Solara, and are imported only when the page is served.
"""
