"""What a program becomes: a folder for each target, and here what targets share."""
