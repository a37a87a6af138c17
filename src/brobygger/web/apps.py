from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "brobygger.web"
    label = "web"
    verbose_name = "Brobygger"

    def ready(self) -> None:
        """Tells the chain who wants to know when a mentorship starts or ends."""
        from brobygger.followups import services as followups
        from brobygger.grants import events

        for reactions, reaction in (
            (events.when_started, followups.when_started),
            (events.when_ended, followups.when_ended),
        ):
            if reaction not in reactions:
                reactions.append(reaction)
