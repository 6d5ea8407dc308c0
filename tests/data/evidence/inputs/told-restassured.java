    @Test
    void uploadsLog() {
        given()
            .baseUri("https://novaline.centercode.com")
            .queryParam("apiKey", System.getenv("CC_KEY"))
            .multiPart("devicelog", new File("src/test/resources/relay.log"), "text/plain")
        .when()
            .post("/api/v1/projects/orbit24/feedback/fieldreports/5120/files/devicelog")
        .then()
            .statusCode(200);
    }
