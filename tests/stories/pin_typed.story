# A PIN typed on the keyboard while the pad is open is taken, and deleted at once. Typed out of the blue it is deleted too.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact
asha         send 200 to priya
asha         [Pay ₹200.00]
bot          Enter your PIN
asha         1500
bot          That was not 6 digits…pad above is waiting for you
asha no longer sees   1500
asha         836205
bot          2 tries left
asha         274913
bot          Paid ₹200.00 to Priya Sharma              reference     [Receipt] [Problem?]
asha no longer sees   274913
asha         274913
bot          Never type your PIN in a message          [Change PIN]
asha no longer sees   274913
books        asha 300.00   priya 200.00   trial balance 0.00
