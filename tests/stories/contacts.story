# The list, adding by exact handle and by a Telegram contact, and what is said of everybody else.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact; Ravi Kumar (@ravi) is on Hundi; Meera Iyer (@meera) is new; Kabir Das (@kabir) is on Hundi
asha         /contacts
bot          Priya Sharma (@priya)
asha         /contacts @ravi
bot          Ravi Kumar (@ravi) is one of your contacts now
asha         /contacts @ravi
bot          Ravi Kumar (@ravi) is one of your contacts already
asha         /contacts @nobody
bot          Nobody has the handle @nobody
asha shares  kabir
bot          Kabir Das (@kabir) is one of your contacts now
asha shares  meera
bot          They are not on Hundi yet
asha         send 10 to kabir
bot          Pay ₹10.00 to Kabir Das (@kabir)?         [Pay ₹10.00] [Cancel]
