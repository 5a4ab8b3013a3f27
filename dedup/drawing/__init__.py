"""Curves and tables for people to look at: in the terminal, as SVG, as HTML."""
