"""The paper roll, ticked afterwards."""
