<%@ WebHandler Language="C#" Class="Receiver" %>
using System;
using System.Collections.Generic;
using System.Security.Cryptography;
using System.Web;
using System.Web.Script.Serialization;

/// Answers a JSON list of the files that ASP.NET saw.
public class Receiver : IHttpHandler {
  public bool IsReusable { get { return true; } }

  public void ProcessRequest(HttpContext context) {
    var rows = new List<object>();
    var files = context.Request.Files;
    for (int index = 0; index < files.Count; index++) {
      var file = files[index];
      string hash;
      using (var sha = SHA256.Create()) {
        hash = BitConverter.ToString(sha.ComputeHash(file.InputStream)).Replace("-", "").ToLowerInvariant();
      }
      rows.Add(new { name = files.GetKey(index), filename = file.FileName, type = file.ContentType, size = file.ContentLength, sha256 = hash });
    }
    context.Response.ContentType = "application/json";
    context.Response.Write(new JavaScriptSerializer().Serialize(rows));
  }
}
