-- What happens to each column with personal data. Columns without a rule are copied as they are.
SELECT confiture.set_rule('customers', 'first_name', 'first_name'),
       confiture.set_rule('customers', 'last_name', 'last_name'),
       confiture.set_rule('customers', 'email', 'email'),
       confiture.set_rule('customers', 'phone', 'phone'),
       confiture.set_rule('customers', 'birth_date', 'birthdate'),
       confiture.set_rule('addresses', 'street', 'street'),
       confiture.set_rule('addresses', 'city', 'city'),
       confiture.set_rule('addresses', 'postcode', 'postcode'),
       confiture.set_rule('orders', 'gift_message', 'redact'),
       confiture.set_rule('payments', 'account_holder', 'name'),
       confiture.set_rule('payments', 'iban', 'iban'),
       confiture.set_rule('support_tickets', 'customer_email', 'email'),
       confiture.set_rule('support_tickets', 'message', 'lorem'),
       confiture.set_rule('support_tickets', 'context', 'constant', '{"value": "{}"}');

-- A column that looks personal to the guard, but does not identify a person once the others are masked.
SELECT confiture.keep('support_tickets', 'subject');
