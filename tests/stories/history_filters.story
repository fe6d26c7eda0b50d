# Only what went out, only one person, only a month, only what a note says; typed or pressed.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) has ₹200.00 and a PIN; Ravi Kumar (@ravi) is on Hundi
given        Priya Sharma (@priya) is her contact; @asha has paid @priya ₹10.00 2 times; @priya has paid @asha ₹7.00 1 times
asha         send 20 to @ravi for chai and samosa
asha         [Pay ₹20.00]
asha         ······                                    the right one
bot          Paid ₹20.00 to Ravi Kumar
asha         /history
bot          − ₹20.00 to Ravi Kumar…“chai and samosa”…+ ₹7.00 from Priya Sharma     [1] [2] [3] [4] [5] [Sent] [Received] [Find …]
asha         [Sent]
bot          What you sent…− ₹20.00…− ₹10.00…− ₹10.00     [1] [2] [3] [Received] [All] [Find …]
asha         [Received]
bot          What you received…+ ₹7.00 from Priya Sharma…+ ₹500.00 added     [1] [2] [Sent] [All] [Find …]
asha         [Find …]
bot          Whose payments
asha         [Priya Sharma]
bot          With Priya Sharma…1 ·…+ ₹7.00     [1] [Sent] [All] [Find …]
asha         [All]
bot          Your payments…− ₹20.00 to Ravi Kumar     [1] [2] [3] [4] [5] [Sent] [Received] [Find …]
asha         /history sent to priya
bot          What you sent…With Priya Sharma…− ₹10.00…− ₹10.00     [1] [2] [Received] [All] [Find …]
asha         /history samosa
bot          With “samosa”…− ₹20.00 to Ravi Kumar…“chai and samosa”     [1] [Sent] [Received] [All]
asha         /history last year
bot          No such payment
books        asha 467.00   priya 213.00   ravi 20.00   trial balance 0.00
