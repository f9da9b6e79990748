"""Services that mail in the name of whoever filled in a form or wrote in a shop: their addresses.

Whom their Reply-To names is the one who asks. Only the addresses that such mail comes from stand
here, and whole domains only where nothing else is sent from them: a service's invitations and codes
are not for whom their Reply-To names. The table is from memory, where nothing else is said.
"""

from __future__ import annotations

from helpdesk.text import fold_address, split_tag

_ADDRESSES_LISTED = """
mailer@shopify.com notifications@typeform.com hello@followups.typeform.io noreply@jotform.com
noreply@formresponse.com noreply@formspree.io submissions@formspree.io
form-submission@squarespace.info no-reply-forms@webflow.com formresponses@netlify.com
notifications@tally.so no-reply@wufoo.com noreply@123formbuilder.com noreply@123formbuilder.io
notifications@cognitoforms.com no-reply@formstack.com noreply@formstack.com
notifications@paperform.co submissions@formsubmit.co notify@getform.io noreply@getform.com
noreply@usebasin.com no-reply@jimdo.com no-reply@zohoforms.com notifier@wordpress.com
"""
_ADDRESSES = frozenset(_ADDRESSES_LISTED.split())
_DOMAINS_LISTED = """
followups.typeform.io formresponse.com form.jotform.com wix-forms.com crm.wix.com
shopifyemail.com forms.hubspot.com forms.hsforms.com forms-db.com web3forms.com formcarry.com
formbold.com staticforms.xyz formkeep.com
"""
_DOMAINS = frozenset(_DOMAINS_LISTED.split())
# What a site sends as where nobody set it otherwise, at the domain that it stands at.
_SITES = ("wordpress", "woocommerce", "prestashop", "drupal", "joomla", "typo3", "shopware")


def is_known_form(address: str) -> bool:
    """Whether this is an address that a form or shop service mails from for others."""
    folded = fold_address(address)
    return folded in _ADDRESSES or folded.rpartition("@")[2] in _DOMAINS


def is_sites_own(address: str) -> bool:
    """Whether this is what a site's own software sends as (``wordpress@``)."""
    return split_tag(address)[0].partition("@")[0] in _SITES
