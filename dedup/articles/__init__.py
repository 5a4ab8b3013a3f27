"""What comes in: articles, their times and their outlets."""
