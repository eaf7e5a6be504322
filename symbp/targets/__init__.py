"""What a program becomes: a folder for each target."""
