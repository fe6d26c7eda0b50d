# A name changes only with a PIN; its owner is told at once, and whoever pays them for thirty days.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) has ₹0.00 and a PIN; Priya Sharma (@priya) is her contact
priya        /profile
bot          Priya Sharma (@priya) · ••1002…With Hundi since     [Change name] [Change handle] [My number]
priya        [Change name]
bot          Your name is Priya Sharma. Type the new one     [Cancel]
priya        Hundi Support
bot          That name could be taken for Hundi’s
priya        Priya Mehta
bot          Enter your PIN
priya        ······                                    a wrong one
bot          2 tries left
priya        ······                                    the right one
bot          Your name is Priya Mehta now
bot          Your name was changed to Priya Mehta…send /freeze at once     [Freeze]
asha         send 20 to priya
bot          Pay ₹20.00 to Priya Mehta (@priya)?…Name changed on…(was Priya Sharma). Check with them     [Pay ₹20.00] [Cancel]
asha         [Cancel]
clock        +29d
asha         send 20 to priya
bot          (was Priya Sharma)
asha         [Cancel]
clock        +1d
asha         send 20 to priya
bot          Pay ₹20.00 to Priya Mehta (@priya)?     [Pay ₹20.00] [Cancel]
