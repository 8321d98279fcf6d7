#!/bin/sh
# sandbox.sh ROOT DIR COMMAND...
# Runs COMMAND inside ROOT, which is never written to: an overlay whose upper half is memory takes every change.
# DIR/etc becomes /etc/asterisk, DIR/log becomes /var/log/asterisk and DIR/spool, if there is one, /var/spool/asterisk.
# Called in mount, PID and UTS namespaces of its own, so every mount here ends with the last process in it.
set -eu
root=$1 dir=$2
shift 2

mount -t tmpfs -o mode=755 tmpfs "$dir/merged"
cd "$dir/merged"
mkdir upper work root
mount -t overlay -o "lowerdir=$root,upperdir=$dir/merged/upper,workdir=$dir/merged/work" overlay root
mkdir -p root/etc/asterisk root/run/asterisk root/var/log/asterisk root/var/spool/asterisk
mount -t proc proc root/proc
mount --rbind /dev root/dev
mount --bind "$dir/etc" root/etc/asterisk
mount --bind "$dir/log" root/var/log/asterisk
[ ! -d "$dir/spool" ] || mount --bind "$dir/spool" root/var/spool/asterisk
# Asterisk looks its own host name up; no name server is ever asked
hostname pbx
echo '127.0.0.1 localhost pbx' >root/etc/hosts
echo 'hosts: files' >root/etc/nsswitch.conf
ulimit -n 65536 2>/dev/null || true
exec chroot root "$@"
