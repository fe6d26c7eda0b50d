# Six lines a page, newest first, in one bubble; a line's number opens its receipt. An empty history says what to do.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) has ₹0.00 and a PIN; Priya Sharma (@priya) is her contact
priya        /history
bot          No payments yet
given        @asha has paid @priya ₹10.00 11 times
asha         history
bot          newest first…6 · …− ₹10.00 to Priya Sharma     [1] [2] [3] [4] [5] [6] [Older] [Sent] [Received] [Find …]
asha         [Older]
bot          − ₹10.00 to Priya Sharma…6 · …+ ₹500.00 added…Nothing older     [1] [2] [3] [4] [5] [6] [Newest] [Sent] [Received] [Find …]
asha         [6]
bot          Receipt…₹500.00 added to your balance…IST…Reference     reference
asha         [Newest]
bot          newest first…− ₹10.00 to Priya Sharma     [1] [2] [3] [4] [5] [6] [Older] [Sent] [Received] [Find …]
asha         [1]
bot          Receipt…₹10.00 paid to Priya Sharma (@priya)…IST…Reference     reference     [Problem?]
priya        /history
bot          1 · …+ ₹10.00 from Asha Rao
