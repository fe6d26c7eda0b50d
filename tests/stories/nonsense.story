# Nothing that is typed ends in silence or in a riddle: each answer says what to do.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact
asha         asdf jkl
bot          I did not understand that…send 200 to Priya     [Help]
asha         1234
bot          A number alone could mean anything…send 200 to Priya     [Help]
asha         /cancel
bot          There is nothing to cancel                [History] [Problem with a payment]
asha         request 200 from priya
bot          is not here yet                           [Help]
asha         [Help]
bot          You can simply write what you want…You never need your PIN to receive money     [Balance] [History] [Contacts] [Statement] [Limits] [Profile] [PIN] [Freeze] [Problem with a payment] [My data] [🌐 Language]
asha         [Balance]
bot          You have ₹500.00
asha         [Freeze]
bot          Freeze now?                               [Freeze]
asha         [PIN]
bot          Enter your PIN
asha         what pad
bot          The PIN pad above is waiting for you
asha         /cancel
bot          Cancelled
books        asha 500.00   priya 0.00   trial balance 0.00
