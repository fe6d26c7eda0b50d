# Somebody without an account types a command in a group: the button opens an account, and then the payment goes on.
given        Priya Sharma (@priya) is on Hundi; Ravi Kumar (@ravi) is new; Flat 4B is a group with Priya and Ravi
priya in Flat 4B   hello all
ravi in Flat 4B    /send@hundi_bot 200 @priya
group sees   Let us go on                              [Continue in private]
ravi opens the link
bot          First choose a PIN. Then your payment goes on.
ravi         ······                                    274913, chosen
bot          once more
ravi         ······                                    the right one
bot          Your balance is ₹0.00
books        ravi 0.00   priya 0.00   trial balance 0.00
