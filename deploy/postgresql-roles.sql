-- An external PostgreSQL with two roles: shuanglian_owner owns the tables and changes them (setup),
-- shuanglian_app works with them (serve, worker) and can neither rewrite the history nor drop its triggers.
--
-- 1. As an administrator of the server, once:
--      CREATE ROLE shuanglian_owner LOGIN PASSWORD '…';
--      CREATE ROLE shuanglian_app LOGIN PASSWORD '…';
--      CREATE DATABASE shuanglian OWNER shuanglian_owner ENCODING 'UTF8' TEMPLATE template0;
-- 2. As the owner: shuanglian setup
-- 3. As the owner, after every setup: psql -v ON_ERROR_STOP=1 -f deploy/postgresql-roles.sql "$OWNER_URL"

BEGIN;
GRANT USAGE ON SCHEMA public TO shuanglian_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO shuanglian_app;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO shuanglian_app;
REVOKE UPDATE, DELETE ON core_entry FROM shuanglian_app;
REVOKE INSERT, UPDATE, DELETE ON core_seal, core_chainhead, core_unsealed FROM shuanglian_app;
REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM shuanglian_app;
COMMIT;
