"""One file per business event. A plan is a rule: all refusals above the line, all writes below. Pure.

A plan function reads values and answers ``Refused``, the first answer again, or a plan. It has changed nothing. Then
the plan's ``post`` (money) or ``apply`` (no money) changes the working state in memory and gives what to write and to
answer.
The desk calls both, one command at a time, so that each sees what the one before left behind.
"""
