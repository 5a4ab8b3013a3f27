"""Who is compared, each in a process of its own, and what their runs cost."""
