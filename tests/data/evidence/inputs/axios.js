const axios = require('axios');
let data = JSON.stringify({
  "summary": "Freeze",
  "severity": "high"
});

let config = {
  method: 'post',
  maxBodyLength: Infinity,
  url: 'https://lumen.centercode.com/api/v1/projects/spring26/feedback/desktop?apiKey=9c4e17b0aa',
  headers: {
    'Content-Type': 'application/json'
  },
  data : data
};

axios.request(config)
.then((response) => {
  console.log(JSON.stringify(response.data));
})
