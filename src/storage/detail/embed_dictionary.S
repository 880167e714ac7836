/* Copyright 2026 The Chancery Authors */
/* SPDX-License-Identifier: Apache-2.0 */
/* The dictionary's bytes as read-only memory of the program. */
    .section .rodata
    .balign 16
    .global chancery_events_dictionary_begin
chancery_events_dictionary_begin:
    .incbin CHANCERY_EVENTS_DICTIONARY
    .global chancery_events_dictionary_end
chancery_events_dictionary_end:
    .byte 0
    .section .note.GNU-stack,"",@progbits
