"""Where the data lives: tables, engine, migrations, the spell summary.

SQL is written here and in the rooms above that say so; nothing here knows who asks or
whether they may. `Database.open` is the way in.
"""
