"""The demo's meeting and its made-up people."""
