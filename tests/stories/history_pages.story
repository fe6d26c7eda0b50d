# Ten lines a page, newest first, in one bubble. An empty history says what to do.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) has ₹0.00 and a PIN; Priya Sharma (@priya) is her contact
priya        /history
bot          No payments yet
given        @asha has paid @priya ₹10.00 11 times
asha         history
bot          newest first…− ₹10.00 to Priya Sharma     [Older]
asha         [Older]
bot          − ₹10.00 to Priya Sharma…+ ₹500.00 added…Nothing older     [Newest]
asha         [Newest]
bot          newest first…− ₹10.00 to Priya Sharma     [Older]
priya        /history
bot          + ₹10.00 from Asha Rao                    [Older]
