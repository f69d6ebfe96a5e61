"""Result folders: what is planned, what is done, and with what it was made."""
