#!/usr/bin/perl
# What a program does with a cache by perl's Cache::Memcached, as TEXT lines: the same ones
# whatever server it is.
#
#   client.pl ADDRESS:PORT
use strict;
use warnings;
use Cache::Memcached;

my $cache = Cache::Memcached->new({
	servers => [$ARGV[0]], namespace => 'perl:', compress_threshold => 10_000,
});
$cache->flush_all;

# What the server has counted, as the client adds it up; a server that is not new has more.
sub count { $cache->stats(['misc'])->{hosts}{$ARGV[0]}{misc}{cmd_set} }
my $set_before = count();

sub show {
	my ($what, @values) = @_;
	print join(' ', $what, map { defined $_ ? length $_ > 60 ? length($_) . ' bytes' : $_ : '-' } @values), "\n";
}

show('miss', $cache->get('none'));
show('set', $cache->set(a => 'one'), $cache->get('a'));
show('add', $cache->add(a => 'two'), $cache->add(b => 'two'), $cache->get('b'));
show('replace', $cache->replace(none => 1), $cache->replace(a => 'three'), $cache->get('a'));
show('append', $cache->append(a => '!'), $cache->prepend(a => '?'), $cache->get('a'));
show('incr', $cache->set(n => 9), $cache->incr('n'), $cache->incr('n', 90), $cache->decr('n', 1),
	$cache->decr('n', 1000), $cache->incr('none'));
show('delete', $cache->delete('a'), $cache->delete('a'), $cache->get('a'));
show('expired', $cache->set(e => 1, -1), $cache->get('e'));

my $reference = { list => [1 .. 5], text => "\x{263a}" };
$cache->set(reference => $reference);
my $copy = $cache->get('reference');
show('reference', "@{$copy->{list}}", ord $copy->{text});

my $text = join ' ', 1 .. 20_000;
show('compressed', $cache->set(text => $text), $cache->get('text') eq $text);
my $bytes = join '', map { chr($_ * 7919 % 251) } 1 .. 300_000;
$cache->enable_compress(0);
show('large', $cache->set(bytes => $bytes), $cache->get('bytes') eq $bytes);
show('too large', $cache->set(huge => 'x' x 1_100_000), $cache->get('huge'));

$cache->set("key$_" => "value$_") for 1 .. 200;
my $values = $cache->get_multi(map { "key$_" } 1 .. 250);
show('many', scalar keys %$values, scalar grep { $values->{"key$_"} eq "value$_" } 1 .. 200);

show('sets', count() - $set_before);
show('flush', $cache->flush_all, $cache->get('key1'));
