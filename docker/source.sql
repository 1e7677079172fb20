-- A production to try it with.
CREATE TABLE customers (id integer PRIMARY KEY, email text NOT NULL UNIQUE, full_name text, phone text, segment text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer integer NOT NULL REFERENCES customers, amount numeric(10,2) NOT NULL);
INSERT INTO customers VALUES (1, 'ada@lovelace.test', 'Ada Lovelace', '+44 20 7946 0018', 'b2b'),
                             (2, 'alan@bletchley.test', 'Alan Turing', '+44 20 7946 0999', 'b2c');
INSERT INTO orders VALUES (1, 1, 120), (2, 1, 6), (3, 2, 90.5);
