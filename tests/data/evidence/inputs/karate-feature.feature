Feature: Meldungen

Scenario: anlegen
  Given url 'https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop'
  And param apiKey = '9c4e17b0aa'
  And request { summary: 'Crash' }
  When method post
  Then status 201
