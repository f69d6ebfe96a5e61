"""Uplift of customers of several channels: what is seen beside what is caused."""
