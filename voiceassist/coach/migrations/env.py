"""Run by alembic: brings the index that `voiceassist.coach.index` opened to the form this version knows."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
with context.begin_transaction():
    context.run_migrations()
