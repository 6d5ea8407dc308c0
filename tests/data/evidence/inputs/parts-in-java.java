RequestBody form = new MultipartBody.Builder().setType(MultipartBody.FORM)
  .addFormDataPart("logfile", "trace.zip", RequestBody.create(MediaType.parse("text/plain"), new File("trace.zip")))
  .build();
Request request = new Request.Builder()
  .url("https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop/815/files/logfile?apiKey=9c4e17b0aa")
  .post(form)
  .build();
