//! Every story, once, and the engines that run it. A new engine is one more line at the end.

macro_rules! tell {
    ($engine:ident as $room:ident: $($topic:ident { $($story:ident)+ })+) => {
        mod $room {
            $(mod $topic {
                $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $story() {
                    crate::$topic::$story::<crate::$engine>().await;
                })+
            })+
        }
    };
}

macro_rules! stories {
    ($engine:ident as $room:ident) => {
        tell! {
            $engine as $room:
            activation {
                a_citizen_activates_a_phone_with_the_mailed_code
                beginning_again_changes_nothing_and_queues_no_second_mail
                an_id_of_another_phone_or_address_is_taken
                five_wrong_codes_and_the_right_one_opens_nothing
                twenty_parallel_guesses_are_looked_at_five_times
                a_wrong_try_repeated_after_a_lost_answer_costs_one_try
                a_used_code_opens_nothing_for_another_try
                after_24_hours_the_code_is_over
                a_new_code_replaces_the_old_one_once_a_minute
                activating_the_same_phone_again_revokes_the_device_before
                whoever_lost_the_key_and_activates_again_leaves_no_device_behind
                addresses_are_erased_when_they_are_of_no_more_use
                a_revoked_device_stays_known_as_revoked
                a_phone_keeps_its_tier_until_a_certificate_of_its_maker_is_taken_back
            }
            apoyos {
                lupita_sends_the_same_apoyo_twice_and_gets_the_same_receipt
                a_hundred_parallel_sends_of_one_apoyo_are_one_apoyo
                many_phones_at_once_leave_no_gap_in_the_order_of_arrival
                an_id_used_for_another_content_or_from_another_phone_is_refused
                an_apoyo_whose_selfie_has_not_arrived_is_told_which_part_is_missing
                what_is_recorded_can_be_asked_for_and_waits_for_its_verdict
                what_was_recorded_is_told_from_what_only_bears_its_name
                an_apoyo_for_no_campaign_spoils_nobody_elses
            }
            sampling {
                beyond_a_phones_quota_apoyos_are_sampled_and_keep_their_status
                a_picked_one_is_sampled_once_and_another_day_counts_from_zero
            }
            audit {
                what_an_operator_does_is_recorded_with_it_and_what_a_phone_does_is_not
                a_proposal_is_used_once_and_by_what_it_was_made_for
                a_deed_that_was_not_done_leaves_no_record
            }
            campaigns {
                an_operator_creates_a_campaign_twice_and_it_is_there_once
                citizens_see_the_campaigns_that_are_open_where_they_vote
                a_campaign_tells_its_rules
                a_campaign_keeps_its_time_zone
                a_campaign_without_apoyos_has_an_empty_tally
            }
            limits {
                what_a_phone_has_left_is_remembered_until_it_is_named
                what_each_phone_gave_since_a_moment_is_counted_from_the_newest
                what_was_noticed_is_remembered_by_its_last_moment
                a_tallys_version_moves_with_its_counters_and_with_no_others
                everybody_is_told_one_level_and_of_secciones_those_with_ten
            }
            mail {
                a_mail_waits_for_its_turn_and_is_erased_once_sent
                a_mail_that_fails_is_tried_again_later
                the_backlog_tells_how_many_wait_and_since_when
                a_mail_that_came_back_is_known_by_its_token_alone
                an_address_gets_its_mails_and_no_more_also_after_a_restart
            }
            pauses {
                one_whose_judging_fails_waits_longer_each_time_and_then_goes_to_a_person
                phones_take_turns
            }
            roll {
                people_are_found_by_their_key_and_nobody_else_is
                a_new_roll_replaces_the_old_one_while_the_server_reads
                an_import_that_is_given_up_leaves_the_old_roll
                a_key_that_comes_twice_is_told_and_kept_once
                one_import_at_a_time
                the_former_roll_comes_back_and_goes_again
                a_verdict_by_a_roll_that_was_replaced_is_not_written
            }
            judging {
                the_first_to_arrive_counts_even_if_it_is_settled_last
                pictures_that_wait_for_their_key_are_remembered_until_somebody_has_looked
                a_person_may_back_several_bills_but_each_of_them_once
                ten_requesters_race_for_one_person_and_one_counts
                settling_the_same_again_changes_nothing
                when_the_one_that_counted_is_struck_the_next_takes_its_place
                a_verdict_without_a_reason_or_without_an_apoyo_is_refused
            }
            signin {
                a_state_is_used_once_and_by_its_own_provider
                a_ticket_is_redeemed_in_its_time_and_again_until_it_is_spent
                a_proof_is_spent_by_one_activation_of_its_phone_and_address
                what_is_over_is_forgotten_within_the_hour
            }
            tally_property { any_history_ends_in_the_same_tally_as_a_recount }
        }
    };
}

stories!(Sqlite as sqlite);
