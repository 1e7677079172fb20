-- What happens to each column with personal data. Columns without a rule are copied as they are.
SELECT confiture.set_rule('customers', 'first_name', 'first_name'),
       confiture.set_rule('customers', 'last_name', 'last_name'),
       confiture.set_rule('customers', 'email', 'email'),
       confiture.set_rule('customers', 'phone', 'phone'),
       confiture.set_rule('customers', 'birth_date', 'null'),
       confiture.set_rule('addresses', 'street', 'redact'),
       confiture.set_rule('addresses', 'postcode', 'partial', '{"first": 2, "last": 0}'),
       confiture.set_rule('orders', 'gift_message', 'redact'),
       confiture.set_rule('payments', 'account_holder', 'name'),
       confiture.set_rule('payments', 'iban', 'hash', '{"length": 24}'),
       confiture.set_rule('support_tickets', 'customer_email', 'email'),
       confiture.set_rule('support_tickets', 'message', 'redact', '{"text": "(message removed)"}'),
       confiture.set_rule('support_tickets', 'context', 'constant', '{"value": "{}"}');

-- Columns that look personal to the guard but are not, or do not identify a person once the others are masked.
SELECT confiture.keep('addresses', 'city'),
       confiture.keep('support_tickets', 'subject');
