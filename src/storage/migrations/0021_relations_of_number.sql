-- oldest readable server: 1
-- By which what an event said of others goes together with the event.

CREATE INDEX relations_of_number ON relations (number);
