-- About 200,000 believable rows, made by arithmetic alone: the same on every machine, and nobody's. E-mail addresses are
-- of the reserved top-level domain .test, telephone numbers of ranges set aside for films.
CREATE FUNCTION pg_temp.pick(i bigint, VARIADIC list text[]) RETURNS text LANGUAGE sql IMMUTABLE
RETURN list[1 + (i % array_length(list, 1))];

INSERT INTO customers
SELECT i, first_name, last_name,
       translate(lower(first_name || '.' || last_name), 'éèüøşŞń''', 'eeuossn') || i || '@'
           || pg_temp.pick(i * 13, 'quickmail.test', 'inbox.test', 'post.test', 'office.test'),
       CASE i % 4
           WHEN 0 THEN '+33 6 39 98 ' || to_char(i * 37 % 100, 'FM00') || ' ' || to_char(i * 71 % 100, 'FM00')
           WHEN 1 THEN '+44 7700 900' || to_char(i * 37 % 1000, 'FM000')
           WHEN 2 THEN '+49 30 23125' || to_char(i * 37 % 1000, 'FM000')
       END,
       date '1945-03-01' + i * 7919 % 21900,
       pg_temp.pick(i, 'fr', 'en', 'de'),
       timestamptz '2019-01-01 08:00+00' + i * interval '2 hours 37 minutes'
FROM generate_series(1, 20000) i,
     LATERAL (SELECT
         pg_temp.pick(i * 7, 'Alice', 'Amir', 'Anna', 'Bruno', 'Camille', 'Chloé', 'Daniel', 'Elif', 'Emma', 'Felix',
             'Fatima', 'George', 'Hélène', 'Ines', 'Jakub', 'Jürgen', 'Karin', 'Liam', 'Louise', 'Malik', 'Marta',
             'Nora', 'Oscar', 'Paula', 'Quentin', 'Rosa', 'Samuel', 'Sofia', 'Søren', 'Tariq', 'Ursula', 'Victor',
             'Wanda', 'Yusuf', 'Zoé') AS first_name,
         pg_temp.pick(i / 3 * 11 + i, 'Adams', 'Almeida', 'Bauer', 'Bernard', 'Clarke', 'Dubois', 'Eriksen', 'Fischer',
             'Fontaine', 'Garcia', 'Hughes', 'Ivanova', 'Jansen', 'Kowalski', 'Lefèvre', 'Martin', 'Moreau', 'Müller',
             'Novak', 'O''Brien', 'Okafor', 'Petit', 'Quinn', 'Rossi', 'Schmidt', 'Şahin', 'Taylor', 'Urban', 'Vidal',
             'Weber', 'Wright', 'Yilmaz', 'Zieliński') AS last_name) names;

INSERT INTO addresses
SELECT i, 1 + i * 7 % 20000,
       1 + i * 31 % 180 || ' ' || pg_temp.pick(i * 4, 'rue des Lilas', 'High Street', 'Gartenweg', 'avenue Foch',
           'Station Road', 'Lindenallee', 'quai de la Loire', 'Mill Lane', 'Am Markt'),
       to_char(1000 + i * 977 % 98000, 'FM00000'),
       pg_temp.pick(i, 'Lyon', 'Leeds', 'Leipzig', 'Nantes', 'Norwich', 'Nürnberg', 'Lille', 'Bath', 'Bremen'),
       pg_temp.pick(i, 'FR', 'GB', 'DE')
FROM generate_series(1, 24000) i;

INSERT INTO orders
SELECT i, timestamptz '2025-01-01 00:00+00' + i * interval '10 minutes 54 seconds', 1 + i * 7919 % 20000,
       pg_temp.pick(i * 3, 'paid', 'shipped', 'shipped', 'delivered', 'returned'),
       (500 + i * 6997 % 29500) / 100.0,
       CASE WHEN i % 9 = 0 THEN 'Happy birthday ' || pg_temp.pick(i, 'Grandma', 'Tom', 'dear Lucie', 'Uncle Karl')
           || '! Yours, ' || pg_temp.pick(i / 9, 'Emma', 'Paul and Jana', 'the Moreaus') END
FROM generate_series(1, 48000) i;

INSERT INTO order_items
SELECT o.id, o.ordered_at, line,
       pg_temp.pick(o.id * 3 + line, 'apricot jam', 'fig jam', 'strawberry jam', 'quince jelly', 'orange marmalade',
           'plum butter', 'rhubarb compote'),
       1 + (o.id + line) % 4, (390 + o.id * line % 500) / 100.0
FROM orders o, generate_series(1, 1 + o.id % 2) line;

INSERT INTO payments (order_id, ordered_at, account_holder, iban, amount)
SELECT o.id, o.ordered_at, c.first_name || ' ' || c.last_name,
       'DE00' || to_char(c.id * 7919::bigint % 100000000, 'FM00000000') || to_char(c.id::bigint * 104729, 'FM0000000000'),
       o.total
FROM orders o JOIN customers c ON c.id = o.customer_id
WHERE o.id % 6 > 0;

INSERT INTO support_tickets
SELECT i, c.email, subject,
       'Hello, this is ' || c.first_name || ' ' || c.last_name || '. '
           || pg_temp.pick(i, 'My parcel never arrived.', 'Two jars were broken.', 'Please change my address.')
           || ' You can reach me at ' || c.email || coalesce(' or ' || c.phone, '') || '.',
       jsonb_build_object('browser', pg_temp.pick(i, 'Firefox', 'Safari', 'Chrome'), 'ip', '192.0.2.' || i % 256,
           'session', jsonb_build_object('user', c.email, 'pages', i % 12)),
       timestamptz '2025-01-02 09:00+00' + i * interval '1 hour 5 minutes'
FROM generate_series(1, 8000) i
JOIN customers c ON c.id = 1 + i * 13 % 20000,
     LATERAL (SELECT pg_temp.pick(i, 'Where is my order?', 'Broken glass', 'New address') AS subject) s;

-- The identity columns go on after these rows.
SELECT setval(pg_get_serial_sequence(t, 'id'), 1000000)
FROM unnest('{customers,addresses,orders,support_tickets}'::text[]) t
\g /dev/null
ANALYZE;
