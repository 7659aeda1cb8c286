"""Running an installation: backup, restore, erasing, the doctor, https."""
