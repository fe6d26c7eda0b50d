# The list, a card, adding by exact handle, by a Telegram contact and by an address book, and what is said of everybody else.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact; Ravi Kumar (@ravi) is on Hundi; Meera Iyer (@meera) is new; Kabir Das (@kabir) is on Hundi
asha         /contacts
bot          People you can pay by name     [Priya Sharma (@priya)] [Invite somebody]
asha         [Priya Sharma (@priya)]
bot          Priya Sharma (@priya) · ••…In your contacts since     [Pay Priya Sharma] [Block] [Remove] [Contacts]
asha         [Remove]
bot          Priya Sharma is not among your contacts any more     [Add Priya Sharma] [Contacts]
asha         send 10 to priya
bot          nobody called “priya”
asha         [Add Priya Sharma]
bot          Priya Sharma (@priya) is one of your contacts now     [Pay Priya Sharma] [Remove]
asha         [Pay Priya Sharma]
bot          How much?…To Priya Sharma (@priya)
asha         /contacts @ravi
bot          Ravi Kumar (@ravi) is one of your contacts now
asha         add @nobody
bot          Nobody has the handle @nobody     [Invite somebody]
asha shares  kabir
bot          Kabir Das (@kabir) is one of your contacts now
asha shares  meera
bot          They are not found on Hundi     [Invite somebody]
asha shares  Chacha, 90000 09999
bot          Nobody     [Invite somebody]
kabir        /phone
bot          Press the button below
kabir shares  her number
bot          People can pay you by
asha shares  Chacha, 090000 01005
bot          Kabir Das (@kabir) is one of your contacts now
asha         send 10 to chacha
bot          Pay ₹10.00 to Kabir Das (@kabir)?         [Pay ₹10.00] [Cancel]
