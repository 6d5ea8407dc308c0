#!/usr/bin/perl
use strict; use warnings;
use LWP::UserAgent;
use HTTP::Request::Common qw(POST);

my $ua  = LWP::UserAgent->new(timeout => 60);
my $res = $ua->request(POST
    'https://novaline.centercode.com/api/v1/projects/orbit24/feedback/fieldreports/5120/files/devicelog?apiKey=k7Qm2ZxT91',
    Content_Type => 'form-data',
    Content      => [ devicelog => ['/var/log/relay.log', 'relay.txt', Content_Type => 'text/plain'] ]);
die $res->status_line unless $res->is_success;
