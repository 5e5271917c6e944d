"""Guided enrolment: what somebody in front of a camera is asked to do, and when a shot is taken."""
