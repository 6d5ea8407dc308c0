describe('portal', () => {
  it('makes a ticket', () => {
    cy.request({
      method: 'POST',
      url: 'https://beta.harrowgate.example/api/v1/projects/hg-77/feedback/kiosk',
      qs: { apiKey: 'Hq55-ab_Z' },
      body: { summary: 'Lane light out', severity: 'Minor' },
      failOnStatusCode: false,
    }).its('status').should('eq', 201);
  });
});
