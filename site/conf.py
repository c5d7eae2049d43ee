"""Configuration of the site; tools/site/build_site.py gathers its pages and runs Sphinx."""

import os

import shapzero_lite

# The one place that says where the repository is (owner/name on GitHub), for the links to Binder
# and Colab. GitHub's own runners know it, so pages published from there are right by themselves.
repository = os.environ.get("GITHUB_REPOSITORY", "shapzero-lite/shapzero-lite")
repository_branch = "main"

project = "shapzero-lite"
author = "The shapzero-lite authors"
copyright = author  # noqa: A001 - Sphinx's name
release = version = shapzero_lite.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "myst_nb",
    "sphinx_copybutton",
    "sphinx_design",
    "equations",  # these two are in tools/
    "site_extension",
]
exclude_patterns = ["README.md", "tools"]

# ---- notebooks and Markdown
nb_execution_mode = "off"  # the runner executes; pages show what it wrote
nb_ipywidgets_js = {}  # nothing is loaded from a network
nb_merge_streams = True
myst_enable_extensions = ["amsmath", "colon_fence", "dollarmath"]
myst_heading_anchors = 3
myst_update_mathjax = False
html_math_renderer = "mathml"
suppress_warnings = ["myst.header"]  # a lesson may go from a title to a heading of any level

# ---- docstrings
add_module_names = False
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the text says what and in which shape; the type of an array is long
autosummary_generate = False
napoleon_google_docstring = False
napoleon_use_param = False
napoleon_use_rtype = False
toc_object_entries_show_parents = "hide"
# Modules inside a chapter are no pages: what they offer stands on the page of the chapter.
nitpick_ignore_regex = [("py:mod", r"shapzero_lite\..*")]
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

# ---- looks
html_theme = "pydata_sphinx_theme"
html_title = "shapzero-lite"
html_favicon = "_static/icon.svg"
html_static_path = ["_static"]
templates_path = ["_templates"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_sourcelink_suffix = ""  # the copy of a notebook that a reader downloads keeps its name
html_show_sourcelink = False
html_context = {"default_mode": "auto"}
html_theme_options = {
    "logo": {
        "image_light": "_static/icon.svg",
        "image_dark": "_static/icon.svg",
        "text": "shapzero-lite",
    },
    "navbar_align": "left",
    "header_links_before_dropdown": 6,
    "navigation_depth": 2,
    "show_toc_level": 2,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
    "article_header_end": ["lesson-links"],
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": ["copyright"],
    "footer_end": [],
}
# Pages that stand alone have nothing for the left sidebar.
ALONE = ["index", "gallery", "cite", "benchmarks/README", "data/README", "CHANGELOG"]
ALONE += [
    "CONTRIBUTING",
    "docs/measured_tables",
    "docs/models_as_they_are",
    "notebooks/notation",
    "notebooks/teaching",
    "search",
    "genindex",
]
html_sidebars = {page: [] for page in ALONE}
