require 'net/http'
require 'json'

uri = URI('https://tiderun.centercode.com/api/v1/projects/reef/feedback/webform?apiKey=9fbE04cVwQ')
res = Net::HTTP.post(uri,
                     { title: 'Dark mode for tide charts', status: 'incoming', submitter: 'mira@tiderun.example', platform: 'macOS' }.to_json,
                     'Content-Type' => 'application/json')
puts res.code, res.body
# => 400
# => {"status":400,"description":"The status is not valid."}
