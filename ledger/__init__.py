"""The books: double entry, append only, provable. It never imports the bot.

kernel    what any ledger on earth obeys: money, ids, accounts, transfers, the chain (pure)
commands  what may be asked            outcomes  what may be answered
plans     one file per business event: all refusals above the line, all writes below (pure)
policies  rules with numbers and the dates from which they hold (pure)
database  the port to SQLite           store     named queries over it
desk      the door: ``Ledger.ask(command)`` takes everybody who waits into one commit
exports   what leaves the books (pure)      heads     witnesses to the end of the chain

Importing this package loads no driver.
"""
