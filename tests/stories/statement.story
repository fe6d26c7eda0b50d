# A month as a file: the sums on screen, every line with its balance in the file, and no formula of anybody's.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact; Ravi Kumar (@ravi) is on Hundi
asha         send 200 to priya for =1+1
asha         [Pay ₹200.00]
asha         ······                                    the right one
bot          Paid ₹200.00 to Priya Sharma…=1+1         reference
asha         /statement
bot          A statement of which days?                [This month] [Last month] [Last 3 months] [This year] [Last year]
asha         [This month]
asha gets a file     hundi-….csv     with Opening balance,…,0.00,INR…Added…500.00,500.00,INR…Paid,Priya Sharma,priya,'=1+1,200.00,,300.00,INR,ref {reference}…Closing balance…300.00 without Ravi
bot          Statement…Opening balance ₹0.00…In + ₹500.00…Out − ₹200.00…Balance now ₹300.00…2 lines
priya        /statement this year
priya gets a file    hundi-….csv     with Received,Asha Rao,asha,'=1+1,,200.00,200.00,INR,ref {reference}
asha         [Last year]
bot          Statement…Nothing came or went. The balance was ₹0.00.     [History]
asha         /statement 2099
bot          still to come…A statement of which days?
asha         /statement of my aunt
bot          I cannot read “of my aunt” as days…which days?
books        asha 300.00   priya 200.00   trial balance 0.00
